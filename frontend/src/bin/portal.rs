//! The program of `/` and `/start`.

fn main() {
    webkyc_frontend::program::portal();
}

//! The program of `/integrate`.

fn main() {
    webkyc_frontend::program::integrate();
}

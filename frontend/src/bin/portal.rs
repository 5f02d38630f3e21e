//! The portal: one page file for `/`, `/start`, `/results` and `/integrate`.

fn main() {
    webkyc_frontend::app::mount();
}

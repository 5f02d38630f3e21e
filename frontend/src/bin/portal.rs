//! The portal: one page file for `/`, `/start` and `/results`.

fn main() {
    webkyc_frontend::app::mount();
}

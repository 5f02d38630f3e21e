//! The program of the page `/integrate`, which the portal loads there and nowhere else.

fn main() {
    webkyc_frontend::integrate::mount();
}

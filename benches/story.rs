//! Speed of `story`.

fn main() {
    divan::main();
}

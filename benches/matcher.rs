//! Speed of `matcher`.

fn main() {
    divan::main();
}

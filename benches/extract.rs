//! Speed of `extract`.

fn main() {
    divan::main();
}

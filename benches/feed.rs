//! Speed of `feed`.

fn main() {
    divan::main();
}

//! Gives the program the commit it was built from, for `newsvane --version`.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=NEWSVANE_COMMIT");
    for file in [".git/HEAD", ".git/index"] {
        if Path::new(file).exists() {
            println!("cargo:rerun-if-changed={file}");
        }
    }
    let given = std::env::var("NEWSVANE_COMMIT").ok();
    let commit = given.filter(|commit| !commit.is_empty()).or_else(from_git);
    let commit = commit.unwrap_or_else(|| "unknown".to_owned());
    println!("cargo:rustc-env=NEWSVANE_COMMIT={commit}");
}

/// The commit of the working tree; `None` in a source archive or without git.
fn from_git() -> Option<String> {
    let output = Command::new("git")
        .args(["rev-parse", "--short=10", "HEAD"])
        .output()
        .ok()?;
    let commit = String::from_utf8(output.stdout).ok()?;
    let is_good = output.status.success() && !commit.trim().is_empty();
    is_good.then(|| commit.trim().to_owned())
}

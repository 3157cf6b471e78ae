//! A temporary folder with the demo's settings, watchlist, secret and store.

use super::newsroom::Newsroom;
use super::receiver::Receiver;
use super::script;
use anyhow::Context as _;
use std::net::Ipv4Addr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A temporary folder, deleted on drop.
pub(super) struct Folder(PathBuf);

/// The shortest time between two polls of a feed, however fast the demo runs.
const SHORTEST: Duration = Duration::from_millis(100);

impl Folder {
    pub(super) fn create() -> anyhow::Result<Self> {
        let name = format!("newsvane-demo-{:016x}", fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| {
                format!(
                    "cannot create {}: set TMPDIR to a folder that can be written",
                    path.display()
                )
            })?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes the files that `newsvane run` would read.
    pub(super) fn write_files(
        &self,
        newsroom: &Newsroom,
        receiver: &Receiver,
        speed: f64,
    ) -> anyhow::Result<()> {
        self.write(
            "watchlist.toml",
            &format!("{}{}", newsroom.watchlist(), script::WATCHES),
        )?;
        self.write("secret", &receiver.secret)?;
        let every = Duration::from_secs(1)
            .div_f64(speed)
            .max(SHORTEST)
            .as_millis();
        let settings = format!(
            r#"[http]
allow_addresses = ["127.0.0.0/8"]
max_body        = "2MB"
timeout         = "10s"
spacing         = "0s"

[scheduler]
min_interval = "{every}ms"
max_interval = "{every}ms"
start_spread = "0s"

[receiver.demo]
type        = "webhook"
url         = "{}"
secret_file = {:?}

[defaults]
alert = {{ mode = "story", updates = ["development"], to = ["demo"] }}

[web]
listen = "127.0.0.1:{}"
"#,
            receiver.url(),
            self.0.join("secret"),
            free_port()?,
        );
        self.write("newsvane.toml", &settings)
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        use std::io::Write as _;
        let path = self.0.join(name);
        let file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(err) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), err = %err, "the demo's temporary folder could not be deleted");
        }
    }
}

/// A free port for the status page.
fn free_port() -> anyhow::Result<u16> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .context("cannot listen on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

//! Any answer of a receiver to a webhook gives an outcome, in bounded time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsvane::http::{Client, Post, Settings};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
});
static LISTENER: LazyLock<TcpListener> =
    LazyLock::new(|| RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port"));
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let allow = "allow_addresses = [\"127.0.0.0/8\"]";
    let settings: Settings = toml::from_str(allow).expect("settings");
    let _in = RUNTIME.enter();
    Client::new(&settings).expect("a client")
});

fuzz_target!(|bytes: &[u8]| {
    let address = LISTENER.local_addr().expect("an address");
    let post = Post {
        url: format!("http://{address}/hook").parse().expect("a URL"),
        headers: Vec::new(),
        body: "{}".into(),
        timeout: Duration::from_millis(300),
    };
    let answer = async {
        let Ok((mut stream, _)) = LISTENER.accept().await else { return };
        let _ = stream.read(&mut [0; 1_024]).await;
        let _ = stream.write_all(bytes).await;
    };
    RUNTIME.block_on(async {
        let (posted, ()) = tokio::join!(CLIENT.post(&post), answer);
        if let Ok(posted) = posted {
// The reason may be logged, so it must be printable.
            assert!(!posted.excerpt.chars().any(char::is_control));
        }
    });
});

//! The embedded files.

/// The page that starts the web chat, whatever its path.
pub(crate) const INDEX: &str = "index.html";

/// One file of the bundle.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the site's root, without the leading slash.
    pub(crate) path: &'static str,
    /// Its `Content-Type`.
    pub(crate) kind: &'static str,
    /// Of its plain bytes.
    pub(crate) hash: &'static str,
    pub(crate) plain: &'static [u8],
    pub(crate) brotli: Option<&'static [u8]>,
    pub(crate) gzip: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

pub(crate) fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// Where the stylesheet is served, if there is one.
pub(crate) fn stylesheet() -> Option<&'static str> {
    FILES.iter().map(|file| file.path).find(|path| path.ends_with(".css"))
}

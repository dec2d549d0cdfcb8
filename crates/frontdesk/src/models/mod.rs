//! The models: the one inside the program, and the optional ones in the data directory.

mod brought;
mod catalogue;
mod checksum;
mod hub;
mod shelf;

pub use brought::{VouchedBy, beside, read as read_weights};
pub use catalogue::{Entry, catalogue, embedded, find};
pub use checksum::{sha256_of, sha256_of_file};
pub use hub::download;
pub use shelf::Shelf;

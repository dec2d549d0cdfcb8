//! Where the instances of a service are.

use http::Uri;
use http::uri::{Authority, Scheme};

/// Not the address of a service.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{0:?} is not an address like http://ai:8080 (several: separated by commas). Services speak plain HTTP to each \
     other; between machines, put a tunnel around it"
)]
pub struct AddressError(String);

/// Reads one or more addresses, separated by commas.
pub(crate) fn parse(list: &str) -> Result<Vec<Authority>, AddressError> {
    let addresses: Vec<&str> = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    if addresses.is_empty() {
        return Err(AddressError(list.to_owned()));
    }
    addresses.into_iter().map(one).collect()
}

fn one(address: &str) -> Result<Authority, AddressError> {
    let uri: Option<Uri> = address.parse().ok();
    uri.filter(|uri| uri.scheme() == Some(&Scheme::HTTP) && matches!(uri.path(), "" | "/"))
        .filter(|uri| uri.query().is_none())
        .and_then(|uri| uri.into_parts().authority)
        .filter(|authority| !authority.as_str().contains('@'))
        .ok_or_else(|| AddressError(address.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn addresses_are_told_from_other_things() {
        let read = |list: &str| {
            parse(list).map(|all| all.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(read("http://ai:8080").unwrap(), ["ai:8080"]);
        assert_eq!(read("http://127.0.0.1:1/, http://[::1]:2").unwrap(), ["127.0.0.1:1", "[::1]:2"]);
        for wrong in
            ["", " , ", "ai:8080", "https://ai", "http://ai/chat", "http://ai?x", "http://u:p@ai", "http://"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

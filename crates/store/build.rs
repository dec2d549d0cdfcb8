//! Builds again when a migration is added: `sqlx::migrate!` alone notices changed files only.

fn main() {
    #[expect(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
    {
        println!("cargo:rerun-if-changed=../../migrations");
    }
}

//! Makes the code of `proto/kv.proto`. protox reads it; protoc isn't needed.

use std::error::Error;
use std::path::PathBuf;

// ANCHOR: build
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto/kv.proto");
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).open_file("kv.proto")?;
    tonic_prost_build::configure().compile_fds(compiler.file_descriptor_set())?;
    // The same description for programs that read it while they run, as Python's does.
    let set = PathBuf::from(std::env::var("OUT_DIR")?).join("kv.bin");
    std::fs::write(set, compiler.encode_file_descriptor_set())?;
    Ok(())
}
// ANCHOR_END: build

//! The scenes of the chapter, played and held against what its pages show.

#[test]
fn the_book_is_true() {
    scene::testing::play_chapter(env!("CARGO_MANIFEST_DIR"));
}

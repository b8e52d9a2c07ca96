# On the Wire. Everything here is `cargo workbook ...` underneath.

set positional-arguments

# The workbook then names the commands to type as `just ...`.
export WORKBOOK_COMMAND := "just"

# List what there is.
default:
    @just --list --unsorted

# Play a chapter's scenes and hold them against the book: just chapter 5 [SCENE]
chapter *args:
    @cargo workbook chapter "$@"

# Run one program by hand: just run NAME ARGS...
run *args:
    @cargo workbook run "$@"

# Open a shell with a chapter's programs on its PATH: just shell 5
shell *args:
    @cargo workbook shell "$@"

# Check your exercises: just check 5, just check 5.2
check *args:
    @cargo workbook check "$@"

# All exercises and how far you are
exercises *args:
    @cargo workbook exercises "$@"

# The next hint: just hint 5.2
hint *args:
    @cargo workbook hint "$@"

# A solution: just solution 5.2
solution *args:
    @cargo workbook solution "$@"

# Start an exercise again; your file is kept aside: just reset 5.2
reset *args:
    @cargo workbook reset "$@"

# Check again whenever you save: just watch 5
watch *args:
    @cargo workbook watch "$@"

# Which outside programs the scenes and tests can talk to, and how to get the rest
doctor *args:
    @cargo workbook doctor "$@"

# The book: just book (serve), just book build, just book lint
book *args:
    @cargo workbook book "$@"

# Everything the book claims
test:
    cargo test --workspace

# Play scenes and rewrite their files: just bless [FILTER]
bless *args:
    @cargo workbook bless "$@"

# Prove the exercises: stubs fail, solutions pass, mistakes fail as listed
prove *args:
    @cargo workbook prove "$@"

# Make a measured table: just measure 5 NAME
measure *args:
    @cargo workbook measure "$@"

# What CI runs
ci:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    PEERS=required cargo test --workspace
    cargo workbook prove
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
    cargo workbook book lint
    cargo workbook book build

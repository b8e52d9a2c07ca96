# On the Wire. Everything here is `cargo workbook ...` underneath.

set positional-arguments

# A command that ends without success has said why: `[no-exit-message]`.

# The workbook then names the commands to type as `just ...`.
export WORKBOOK_COMMAND := "just"

# List what there is.
default:
    @just --list --unsorted

# Play a chapter's scenes and hold them against the book: just chapter 5 [SCENE]
[no-exit-message]
chapter *args:
    @cargo workbook chapter "$@"

# What goes over the wire in a scene: just wire 5 SCENE [--octets] [--pcapng FILE]
[no-exit-message]
wire *args:
    @cargo workbook wire "$@"

# Run one program by hand: just run NAME ARGS...
[no-exit-message]
run *args:
    @cargo workbook run "$@"

# Open a shell with a chapter's programs on its PATH: just shell 5
[no-exit-message]
shell *args:
    @cargo workbook shell "$@"

# Check your exercises: just check 5, just check 5.2
[no-exit-message]
check *args:
    @cargo workbook check "$@"

# All exercises and how far you are
[no-exit-message]
exercises *args:
    @cargo workbook exercises "$@"

# The next hint: just hint 5.2
[no-exit-message]
hint *args:
    @cargo workbook hint "$@"

# A solution: just solution 5.2
[no-exit-message]
solution *args:
    @cargo workbook solution "$@"

# Start an exercise again; your file is kept aside: just reset 5.2
[no-exit-message]
reset *args:
    @cargo workbook reset "$@"

# Check again whenever you save: just watch 5
[no-exit-message]
watch *args:
    @cargo workbook watch "$@"

# Which outside programs the scenes and tests can talk to, and how to get the rest
[no-exit-message]
doctor *args:
    @cargo workbook doctor "$@"

# The book: just book (serve), just book build, just book pdf, just book lint, just book test
[no-exit-message]
book *args:
    @cargo workbook book "$@"

# Everything the book claims
test:
    cargo test --workspace

# Play scenes and rewrite their files: just bless [FILTER]
[no-exit-message]
bless *args:
    @cargo workbook bless "$@"

# Prove the exercises: stubs fail, solutions pass, mistakes fail as listed
[no-exit-message]
prove *args:
    @cargo workbook prove "$@"

# Make a measured table: just measure 5 NAME
[no-exit-message]
measure *args:
    @cargo workbook measure "$@"

# The Python packages that tests talk to, in a folder of their own
packages:
    test -x target/python/bin/pip || python3 -m venv target/python
    target/python/bin/pip install --quiet --requirement tools/testkit/packages.txt
    # For the axe-core in it alone, which needs nothing: the book's tests have a browser.
    target/python/bin/pip install --quiet --no-deps axe-playwright-python==0.1.8

# What CI runs
ci: packages
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    # All pages, as `just book test` has them: for that alone, `book` would be built again.
    PATH="$PWD/target/python/bin:$PATH" PEERS=required BOOK_PAGES=all cargo test --workspace
    cargo workbook prove
    # Of programs, those that are more than what a page shows.
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --lib --no-deps --document-private-items
    RUSTDOCFLAGS="-D warnings" cargo doc --package workbook --package book --package wire --bins --no-deps --document-private-items
    # `book` as the tests have built it: alone, it would be built once more.
    target/debug/book lint
    target/debug/book build

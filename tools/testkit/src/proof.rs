/// Puts an exercise's solution and its mistakes under the exercise's checks, one
/// module a candidate, for `exercises/proof.rs`:
///
/// ```ignore
/// testkit::proof! {
///     "delimiter" delimiter {
///         "solution.rs" solution,
///         "mistakes/tail_dropped.rs" tail_dropped,
///     }
/// }
/// ```
///
/// The checks of a candidate are then tests named
/// `delimiter::tail_dropped::checks::NAME`. `checks.rs` stands beside
/// `solution.rs` and begins with `use super::*;`, as it does under the reader's
/// file.
#[macro_export]
macro_rules! proof {
    ($($folder:literal $exercise:ident { $($file:literal $candidate:ident),+ $(,)? })+) => {
        $(
            #[path = $folder]
            mod $exercise {
                $(
                    #[path = "."]
                    mod $candidate {
                        #[path = $file]
                        mod candidate;
                        #[allow(unused_imports)]
                        use candidate::*;

                        #[path = "checks.rs"]
                        mod checks;
                    }
                )+
            }
        )+
    };
}

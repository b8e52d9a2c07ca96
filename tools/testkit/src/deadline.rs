use std::any::Any;
use std::future::Future;
use std::hint::black_box;
use std::panic;
use std::pin::Pin;
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// What a check may take unless it says otherwise: far more than any needs, and
/// little enough to wait for once.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// The same, if somebody sits and waits for a verdict: of code that hangs, most
/// checks hang. Then they do it side by side, and one that is slowed down by the
/// others has time enough to end.
const HURRY: Duration = Duration::from_millis(1200);

/// The time for one check: [`DEADLINE`], or less if a reader waits for the verdict. What
/// a check itself waits for has to come in a part of it, to be told by its name.
pub fn limit() -> Duration {
    // The command that runs checks for a reader sets the variable.
    match std::env::var_os("CHECKS_IN_A_HURRY") {
        Some(_) => DEADLINE.min(HURRY.mul_f64(slowness())),
        None => DEADLINE,
    }
}

/// How many times as long as on the machine on which [`HURRY`] was chosen this one
/// takes for the same work; at least 1.
fn slowness() -> f64 {
    /// What the work took there, at its fastest.
    const THERE: Duration = Duration::from_micros(900);
    static SLOWNESS: OnceLock<f64> = OnceLock::new();
    let work = || {
        let since = Instant::now();
        let mut sum: u32 = 0;
        for n in 0..100_000_u32 {
            sum = black_box(sum.rotate_left(5) ^ n);
        }
        since.elapsed()
    };
    *SLOWNESS.get_or_init(|| {
        let fastest = (0..5).map(|_| work()).min().unwrap_or(THERE);
        (fastest.as_secs_f64() / THERE.as_secs_f64()).max(1.0)
    })
}

/// Runs `body`, and panics at the place of this call if it isn't done in time, so
/// that a hang is a failure like any other.
///
/// `body` runs in a thread of its own, which has the name of this one; when it
/// panics, so does this. A thread can't be stopped from outside: one that hangs
/// is left behind and ends with the process.
///
/// ```
/// use std::time::Duration;
///
/// let answer = testkit::deadline(Duration::from_secs(5), || 6 * 7);
/// assert_eq!(answer, 42);
/// ```
///
/// # Panics
///
/// When `body` panics, or isn't done within `limit`.
#[track_caller]
pub fn deadline<T: Send + 'static>(
    limit: Duration,
    body: impl FnOnce() -> T + Send + 'static,
) -> T {
    let name = thread::current().name().unwrap_or("check").to_owned();
    let (done, wait) = mpsc::sync_channel(1);
    let (say, tid) = mpsc::sync_channel(1);
    let worker = thread::Builder::new().name(name).spawn(move || {
        let _ = say.send(this_thread());
        let result: Result<T, Box<dyn Any + Send>> =
            panic::catch_unwind(panic::AssertUnwindSafe(body));
        // Nobody listens any more once the time is up.
        let _ = done.send(result);
    });
    if let Err(error) = worker {
        panic!("no thread to run it in: {error}");
    }
    match wait.recv_timeout(limit) {
        Ok(Ok(value)) => value,
        Ok(Err(panic)) => panic::resume_unwind(panic),
        Err(_) => {
            leave_behind(tid.try_recv().ok().flatten());
            // Without the limit: what a check says must not depend on who runs it.
            panic!(
                "not done in time. It waits for something that never comes, goes round in a \
                 loop without getting anywhere, or is too slow"
            )
        }
    }
}

/// What the system calls this thread, where a thread can be told to stand back.
#[cfg(target_os = "linux")]
fn this_thread() -> Option<rustix::process::Pid> {
    Some(rustix::thread::gettid())
}

#[cfg(not(target_os = "linux"))]
fn this_thread() -> Option<rustix::process::Pid> {
    None
}

/// A thread that goes round in a loop goes on doing so. It gets only the time that
/// nobody else wants, or else the checks beside it would seem to hang too.
fn leave_behind(thread: Option<rustix::process::Pid>) {
    const LAST: i32 = 19;
    // On Linux the priority of a "process" is that of the one thread.
    if let Some(thread) = thread {
        let _ = rustix::process::setpriority_process(Some(thread), LAST);
    }
}

/// Runs the check `body` within the usual [`DEADLINE`].
///
/// # Panics
///
/// As [`deadline()`].
#[track_caller]
pub fn check(body: impl FnOnce() + Send + 'static) {
    // In a box, so that what runs a check is compiled once, not for each of them.
    let body: Box<dyn FnOnce() + Send> = Box::new(body);
    deadline(limit(), body);
}

/// Waits for `future`, and panics if it isn't done within `limit` by tokio's
/// clock.
///
/// With a paused clock this takes no real time: when all tasks wait and only the
/// deadline is left to wait for, the clock goes there at once. It can't stop code
/// which never waits; [`check_async`] can.
///
/// # Panics
///
/// When the time is up.
pub async fn deadline_async<F: Future>(limit: Duration, future: F) -> F::Output {
    match tokio::time::timeout(limit, future).await {
        Ok(output) => output,
        Err(_) => panic!("still waiting after {limit:?}. It waits for something that never comes"),
    }
}

/// Runs the async check that `body` makes, on a runtime of its own whose clock
/// is paused: sleeps and time-outs take no time and come in the right order.
///
/// ```
/// use std::time::Duration;
///
/// testkit::check_async(|| async {
///     // Done at once.
///     tokio::time::sleep(Duration::from_secs(30)).await;
/// });
/// ```
///
/// # Panics
///
/// When the check does, when nothing can happen any more and it still waits, and
/// when it doesn't even come to wait within the [`DEADLINE`] by the clock on the
/// wall.
#[track_caller]
pub fn check_async<F, Fut>(body: F)
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = ()> + 'static,
{
    // In boxes, so that what runs a check is compiled once, not for each of them.
    in_paused_time(Box::new(|| Box::pin(body())));
}

type Body = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send>;

#[track_caller]
fn in_paused_time(body: Body) {
    /// By the paused clock, which any check can let run for a while.
    const VIRTUAL: Duration = Duration::from_secs(3600);

    let ended = deadline(limit(), || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        match runtime {
            Ok(runtime) => {
                runtime.block_on(async { tokio::time::timeout(VIRTUAL, body()).await.is_ok() })
            }
            Err(error) => panic!("no runtime: {error}"),
        }
    });
    // Said here, so that the check is the place of it.
    assert!(
        ended,
        "nothing can happen any more, and it still waits. All octets have been sent and every \
         timer has rung"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(panic: Box<dyn Any + Send>) -> String {
        match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
        }
    }

    #[test]
    fn what_is_done_in_time_is_returned() {
        assert_eq!(deadline(DEADLINE, || 42), 42);
    }

    #[test]
    fn a_hang_becomes_a_failure() {
        let (keep, never) = mpsc::channel::<()>();
        let panic = panic::catch_unwind(|| {
            let _ = deadline(Duration::from_millis(10), move || never.recv());
        })
        .unwrap_err();
        let text = message(panic);
        assert!(text.starts_with("not done in time"), "{text}");
        drop(keep);
    }

    #[test]
    fn a_hang_is_a_failure_at_the_place_of_the_check() {
        // What a panic at the place of its caller has for its place.
        #[track_caller]
        fn place() -> (&'static str, u32) {
            let place = panic::Location::caller();
            (place.file(), place.line())
        }
        let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
        let note = std::sync::Arc::clone(&seen);
        let name = thread::current().name().unwrap().to_owned();
        let before = std::sync::Arc::new(panic::take_hook());
        let then = std::sync::Arc::clone(&before);
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() == Some(&name) {
                let place = info
                    .location()
                    .map(|place| (place.file().to_owned(), place.line()));
                *note.lock().unwrap() = place;
            } else {
                then(info);
            }
        }));
        let here = place();
        let _ = panic::catch_unwind(|| check_async(std::future::pending));
        panic::set_hook(Box::new(move |info| before(info)));
        assert_eq!(*seen.lock().unwrap(), Some((here.0.to_owned(), here.1 + 1)));
    }

    #[test]
    fn a_panic_inside_keeps_its_message() {
        let panic = panic::catch_unwind(|| check(|| panic!("octet {} is wrong", 3))).unwrap_err();
        assert_eq!(message(panic), "octet 3 is wrong");
    }

    #[tokio::test(start_paused = true)]
    async fn the_async_deadline_takes_no_real_time_on_a_paused_clock() {
        let started = std::time::Instant::now();
        let waiting = deadline_async(Duration::from_secs(600), std::future::pending::<()>());
        let panic = tokio::spawn(waiting).await.unwrap_err().into_panic();
        assert!(message(panic).contains("still waiting after 600s"));
        assert!(started.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn an_async_check_that_waits_for_ever_fails() {
        let panic = panic::catch_unwind(|| check_async(std::future::pending)).unwrap_err();
        assert!(message(panic).contains("nothing can happen any more"));
    }

    #[test]
    fn an_async_check_that_sleeps_is_done_at_once() {
        check_async(|| tokio::time::sleep(Duration::from_secs(1800)));
    }
}

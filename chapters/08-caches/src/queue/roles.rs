//! What those do who work for a broker: the loops around its requests.

use std::time::Duration;

use anyhow::bail;

use super::client::{Job, QueueClient, Refused, refused};
use crate::resp_decoder::Value;

/// How long to wait for work before asking again. A wait without end would hide
/// that the broker is gone.
const WAIT: Duration = Duration::from_secs(5);

// ANCHOR: work
/// Does the jobs of `queue` one after the other, for ever; or, with `all`, until
/// none is ready. `settled` hears of each whether the broker took the
/// acknowledgement.
///
/// # Errors
///
/// When `job` can't do one, or the broker is gone. What was in hand is then
/// delivered again.
pub fn work(
    broker: &mut QueueClient,
    queue: &str,
    all: bool,
    mut job: impl FnMut(&mut QueueClient, &Job) -> anyhow::Result<()>,
    mut settled: impl FnMut(&Job, Result<(), Refused>),
) -> anyhow::Result<()> {
    let wait = if all { Duration::ZERO } else { WAIT };
    loop {
        match broker.take(queue, wait)? {
            Some(taken) => {
                job(broker, &taken)?;
                // Only now: who acknowledges before the work loses the job when it
                // dies over it.
                let acknowledged = broker.acknowledge(queue, &taken);
                settled(&taken, refused(acknowledged)?);
            }
            None if all => return Ok(()),
            None => {}
        }
    }
}
// ANCHOR_END: work

/// Answers the questions for `service`, for ever.
///
/// # Errors
///
/// When the broker is gone, or `reply` fails; who asked is then told so.
pub fn answer(
    broker: &mut QueueClient,
    service: &str,
    mut reply: impl FnMut(&[u8]) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<()> {
    let wait = WAIT.as_secs().to_string();
    loop {
        let served = broker.call(&[b"SERVE", service.as_bytes(), wait.as_bytes()])?;
        let Value::Array(question) = served else {
            continue;
        };
        let [Value::Integer(ticket), Value::Bulk(question)] = &question[..] else {
            bail!("not a question");
        };
        let answer = reply(question)?;
        let replied = broker.call(&[b"REPLY", ticket.to_string().as_bytes(), &answer]);
        // Refused: who asked has given up. There is nobody to tell.
        let _late = refused(replied)?;
    }
}

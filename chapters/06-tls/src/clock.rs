//! What time it is when a certificate is checked.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

/// The system's clock, or one that stands still where it was set: certificates are
/// good for a time, and what is shown of them should be the same every day.
// ANCHOR: clock
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Clock {
    /// Take this for the time, as in 2030-01-02T03:04:05Z, and not the clock's
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub now: Option<SystemTime>,
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let since_1970 = self.time().duration_since(UNIX_EPOCH).ok()?;
        Some(UnixTime::since_unix_epoch(since_1970))
    }
}
// ANCHOR_END: clock

impl Clock {
    /// A clock that stands still, so many seconds after the beginning of 1970.
    pub fn at(seconds: u64) -> Clock {
        Clock {
            now: Some(UNIX_EPOCH + Duration::from_secs(seconds)),
        }
    }

    /// What time it is.
    pub fn time(&self) -> SystemTime {
        self.now.unwrap_or_else(SystemTime::now)
    }
}

/// The instant that a text as `2030-01-02T03:04:05Z` names (RFC 3339, section 5.6,
/// without fractions, in UTC).
fn instant(text: &str) -> Result<SystemTime, String> {
    let wrong = || format!("not a time as 2030-01-02T03:04:05Z: {text:?}");
    let signs = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = signs.len() == shape.len()
        && signs.iter().zip(shape).all(|(sign, shape)| match shape {
            b'd' => sign.is_ascii_digit(),
            _ => sign == shape,
        });
    if !fits {
        return Err(wrong());
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u64>().map_err(|_| wrong());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hours, minutes, seconds) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days_of = |month| match month {
        2 => 28 + u64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let exists = year >= 1970
        && (1..=12).contains(&month)
        && (1..=days_of(month)).contains(&day)
        && hours < 24
        && minutes < 60
        && seconds < 60;
    if !exists {
        return Err(wrong());
    }
    // Leap days up to the end of the year before.
    let leap_days = |year: u64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let days = (year - 1970) * 365 + leap_days(year) - leap_days(1970)
        + (1..month).map(days_of).sum::<u64>()
        + (day - 1);
    let seconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    Ok(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_date_1() {
        // `date -u -d TEXT +%s`
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("2030-01-02T03:04:05Z", 1_893_553_445),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(instant(text), Ok(time), "{text}");
            let shown = program::utc(time).replace(' ', "T") + "Z";
            assert_eq!(shown, text);
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "now",
            "2030-01-02",
            "2030-01-02 03:04:05Z",
            "2030-01-02T03:04:05+00:00",
            "2030-13-02T03:04:05Z",
            "2030-02-29T03:04:05Z",
            "2030-01-02T24:04:05Z",
            "1969-01-02T03:04:05Z",
            "２０３０-01-02T03:04:05Z",
        ] {
            assert!(instant(text).is_err(), "{text}");
        }
    }
}

//! The bank's data, in SQLite.

use std::path::Path;

use anyhow::{Context, bail};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;

use super::{DEMO, money, passwords};

// ANCHOR: schema
/// The database keeps rules that a program may forget: there is no payment to nobody, of
/// nothing, or of what isn't there.
const SCHEMA: &str = "
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY,
    payer TEXT NOT NULL REFERENCES account,
    payee TEXT NOT NULL REFERENCES account,
    cents INTEGER NOT NULL CHECK (cents > 0),
    memo TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL REFERENCES account,
    expires INTEGER NOT NULL
) STRICT;";
// ANCHOR_END: schema

/// How many payments a page shows.
pub const PAGE: usize = 20;
const LIMIT: i64 = PAGE as i64;

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// Its number.
    pub id: i64,
    /// Who paid.
    pub payer: String,
    /// Who was paid.
    pub payee: String,
    /// How much.
    pub cents: i64,
    /// What for.
    pub memo: String,
}

impl Payment {
    /// The amount as people read it.
    pub fn amount(&self) -> String {
        money::show(self.cents)
    }
}

/// Why there is no payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The payer has less.
    #[error("There is not enough in your account.")]
    NotEnough,
    /// No such account, or the payer's own.
    #[error("There is no such account to pay to.")]
    Payee,
}

/// A database that is open.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

impl Store {
    /// Opens the database in the file at `path`, or an empty one in memory. Makes what is
    /// missing: the tables, and the accounts of a new bank.
    ///
    /// # Errors
    ///
    /// When it can't be opened, or is none.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Store> {
        let db = match path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        };
        let what = || path.map_or("open".to_owned(), |path| format!("open {}", path.display()));
        let db = db.with_context(what)?;
        db.execute_batch(SCHEMA).with_context(what)?;
        let accounts: i64 = db.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
        if accounts == 0 {
            for (name, password) in DEMO {
                let kept = passwords::hash(password)?;
                db.execute("INSERT INTO account VALUES (?, ?, 10000)", [name, &kept])?;
            }
        }
        Ok(Store { db })
    }

    /// What is kept of the password of `name`.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn password(&self, name: &str) -> anyhow::Result<Option<String>> {
        let password = "SELECT password FROM account WHERE name = ?";
        let password = self.db.query_row(password, [name], |row| row.get(0));
        Ok(password.optional()?)
    }

    /// The cents that `name` has; nothing if there is no such account.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn balance(&self, name: &str) -> anyhow::Result<Option<i64>> {
        let balance = "SELECT balance FROM account WHERE name = ?";
        let balance = self.db.query_row(balance, [name], |row| row.get(0));
        Ok(balance.optional()?)
    }

    // ANCHOR: pay
    /// Pays, and returns the payment's number: all of it happens, or nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal`], and the database's.
    pub fn pay(&mut self, payer: &str, payee: &str, cents: i64, memo: &str) -> anyhow::Result<i64> {
        // Its place among the others is taken before the balance is read.
        let all = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let take = "UPDATE account SET balance = balance - ?1 WHERE name = ?2 AND balance >= ?1";
        if all.execute(take, params![cents, payer])? == 0 {
            bail!(Refusal::NotEnough);
        }
        let give = "UPDATE account SET balance = balance + ?1 WHERE name = ?2 AND name <> ?3";
        if all.execute(give, params![cents, payee, payer])? == 0 {
            bail!(Refusal::Payee); // what was taken is given back: nothing was committed
        }
        let note = "INSERT INTO payment (payer, payee, cents, memo) VALUES (?, ?, ?, ?)";
        all.execute(note, params![payer, payee, cents, memo])?;
        let id = all.last_insert_rowid();
        all.commit()?;
        Ok(id)
    }
    // ANCHOR_END: pay

    // ANCHOR: search
    /// The last payments of `name` in whose memo `text` occurs.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn search(&self, name: &str, text: &str, before: i64) -> anyhow::Result<Vec<Payment>> {
        let search = "SELECT id, payer, payee, cents, memo FROM payment
            WHERE ?1 IN (payer, payee) AND instr(memo, ?2) > 0 AND id < ?3
            ORDER BY id DESC LIMIT ?4";
        let mut search = self.db.prepare(search)?;
        let found = search.query_map(params![name, text, before, LIMIT], payment)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The same as it is often written: what was searched for is a part of the question.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn search_insecurely(&self, name: &str, text: &str) -> anyhow::Result<Vec<Payment>> {
        let mut search = self.db.prepare(&format!(
            "SELECT id, payer, payee, cents, memo FROM payment
            WHERE '{name}' IN (payer, payee) AND memo LIKE '%{text}%' ORDER BY id DESC"
        ))?;
        let found = search.query_map([], payment)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
    // ANCHOR_END: search

    /// Begins a session of `name` under the number `id`, and forgets those that are over.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn begin(&self, id: &str, name: &str, now: i64, expires: i64) -> anyhow::Result<()> {
        self.db
            .execute("DELETE FROM session WHERE expires <= ?", [now])?;
        self.db.execute(
            "INSERT INTO session VALUES (?, ?, ?)",
            params![id, name, expires],
        )?;
        Ok(())
    }

    /// Whose session it is, if it is not over.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn whose(&self, id: &str, now: i64) -> anyhow::Result<Option<String>> {
        let whose = "SELECT name FROM session WHERE id = ? AND expires > ?";
        let whose = self.db.query_row(whose, params![id, now], |row| row.get(0));
        Ok(whose.optional()?)
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn end(&self, id: &str) -> anyhow::Result<()> {
        self.db.execute("DELETE FROM session WHERE id = ?", [id])?;
        Ok(())
    }
}

fn payment(row: &rusqlite::Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        id: row.get(0)?,
        payer: row.get(1)?,
        payee: row.get(2)?,
        cents: row.get(3)?,
        memo: row.get(4)?,
    })
}

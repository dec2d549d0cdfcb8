//! Times that nobody can book.
//!
//! A block takes the cells of its resources that nobody has, in the same table and under the same unique key as
//! appointments do. What appointments have inside it stays theirs; what they give up, the block takes ([`fill`]).

use std::ops::Range;

use calendar::claims::{self, Claim};
use calendar::{FreeSlot, Window};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::audit::{self, NewAuditEntry};
use crate::booking::{self, NewAppointment, Receipt};
use crate::db::{Conn, Row};
use crate::values::{instant, optional_text, text};
use crate::{ATTEMPTS, Result, Store, StoreError, users};

/// A time that nobody can book.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    /// Which.
    pub id: Uuid,
    /// The resource, by its name in the profile; `None`: all of them.
    pub resource: Option<String>,
    /// When, UTC.
    pub window: Window,
    /// For the operator.
    pub reason: Option<String>,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}

/// A block to be made.
#[derive(Clone, Debug)]
pub struct NewBlock {
    /// Made by the caller.
    pub id: Uuid,
    /// The resource, by its name in the profile; `None`: all of them.
    pub resource: Option<String>,
    /// When, UTC; cells that it touches are blocked as a whole.
    pub window: Window,
    /// For the operator.
    pub reason: Option<String>,
}

impl Store {
    /// Blocks a time. What is already booked in it stays booked. `resources`: all that the business has.
    ///
    /// # Errors
    /// [`StoreError::Retry`], [`StoreError::NulCharacter`], [`StoreError::OutOfRange`].
    pub async fn add_block(
        &self,
        new: &NewBlock,
        resources: &[String],
        audit: &NewAuditEntry,
    ) -> Result<Block> {
        let mut conn = self.pools.write().await?;
        conn.lock_claims().await?;
        conn.execute(
            "INSERT INTO blocks (id, resource, start_time, end_time, reason, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                new.id.into(),
                optional_text("resource", new.resource.as_deref())?,
                instant("start_time", new.window.start)?,
                instant("end_time", new.window.end)?,
                optional_text("reason", new.reason.as_deref())?,
                instant("created_at", audit.ts)?,
            ],
        )
        .await?;
        let blocked = new.resource.as_ref().map_or(resources, std::slice::from_ref);
        for resource in blocked {
            claim(&mut conn, new.id, resource, &claims::cells(new.window)).await?;
        }
        audit::add(&mut conn, audit).await?;
        let block = one(&mut conn, new.id).await?.ok_or(StoreError::NotFound)?;
        conn.commit().await?;
        Ok(block)
    }

    /// The blocks that end after `since`, in order of their start.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], or what the database said.
    pub async fn blocks(&self, since: DateTime<Utc>) -> Result<Vec<Block>> {
        let sql = "SELECT id, resource, start_time, end_time, reason, created_at FROM blocks
                   WHERE end_time > $1 ORDER BY start_time, id";
        self.pools.read().await?.rows(sql, &[instant("since", since)?]).await?.iter().map(read).collect()
    }

    /// Takes a block away; its time can be booked again, except where another block has it too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Retry`].
    pub async fn remove_block(&self, id: Uuid, audit: &NewAuditEntry) -> Result<Block> {
        let mut conn = self.pools.write().await?;
        conn.lock_claims().await?;
        let block = one(&mut conn, id).await?.ok_or(StoreError::NotFound)?;
        let sql = "SELECT resource, first_cell, past_cell FROM block_claims WHERE block_id = $1";
        let held = conn.rows(sql, &[id.into()]).await?.iter().map(claimed).collect::<Result<Vec<_>>>()?;
        conn.execute("DELETE FROM blocks WHERE id = $1", &[id.into()]).await?;
        fill(&mut conn, &held).await?;
        audit::add(&mut conn, audit).await?;
        conn.commit().await?;
        Ok(block)
    }

    /// Makes blocks of all resources hold for those that the profile has gained since.
    ///
    /// # Errors
    /// [`StoreError::Retry`], [`StoreError::NulCharacter`].
    pub async fn extend_blocks(&self, resources: &[String], now: DateTime<Utc>) -> Result<()> {
        let mut conn = self.pools.write().await?;
        conn.lock_claims().await?;
        for resource in resources {
            let sql = "SELECT id, resource, start_time, end_time, reason, created_at FROM blocks
                       WHERE resource IS NULL AND end_time > $1 AND NOT EXISTS (
                           SELECT 1 FROM block_claims WHERE block_id = blocks.id AND block_claims.resource = $2)";
            let rows = conn.rows(sql, &[instant("now", now)?, text("resource", resource)?]).await?;
            for block in rows.iter().map(read).collect::<Result<Vec<_>>>()? {
                claim(&mut conn, block.id, resource, &claims::cells(block.window)).await?;
            }
        }
        conn.commit().await
    }

    /// Makes an appointment for the operator where blocks stand in its way; it still takes nothing from another one.
    ///
    /// # Errors
    /// As [`Store::book`].
    pub async fn book_despite_blocks(
        &self,
        user: Uuid,
        new: &NewAppointment,
        audit: &NewAuditEntry,
    ) -> Result<Receipt> {
        for _ in 1..ATTEMPTS {
            match self.try_book_despite_blocks(user, new, audit).await {
                Err(StoreError::Retry) => {}
                done => return done,
            }
        }
        self.try_book_despite_blocks(user, new, audit).await
    }

    async fn try_book_despite_blocks(
        &self,
        user: Uuid,
        new: &NewAppointment,
        audit: &NewAuditEntry,
    ) -> Result<Receipt> {
        let mut conn = self.pools.write().await?;
        users::lock(&mut conn, user).await?;
        conn.lock_claims().await?;
        let held = held_by(&new.place.slot, new.place.buffer);
        let carved = carve(&mut conn, &held).await?;
        let receipt = booking::book(&mut conn, user, new, audit.ts).await?;
        fill(&mut conn, &carved).await?;
        audit::add(&mut conn, audit).await?;
        conn.commit().await?;
        Ok(receipt)
    }
}

/// What the slot needs of its resource.
fn held_by(slot: &FreeSlot, buffer: chrono::TimeDelta) -> Claim {
    let [held, _] = claims::of_slot(slot, buffer, Uuid::nil());
    held
}

/// Gives freed cells to the blocks that want them. Called wherever an appointment or a block gives up cells.
pub(crate) async fn fill(conn: &mut Conn, freed: &[Claim]) -> Result<()> {
    for Claim { key, cells } in freed {
        let sql = "SELECT block_id, first_cell, past_cell FROM block_claims
                   WHERE resource = $1 AND past_cell > $2 AND first_cell < $3 ORDER BY block_id";
        let params = [text("resource", key)?, cells.start.into(), cells.end.into()];
        for row in conn.rows(sql, &params).await? {
            let wanted = row.get("first_cell")?..row.get("past_cell")?;
            take_free(conn, row.id("block_id")?, key, &wanted).await?;
        }
    }
    Ok(())
}

/// Notes what the block wants of a resource, and takes what is free of it.
async fn claim(conn: &mut Conn, block: Uuid, resource: &str, cells: &Range<i64>) -> Result<()> {
    conn.execute(
        "INSERT INTO block_claims (block_id, resource, first_cell, past_cell) VALUES ($1, $2, $3, $4)",
        &[block.into(), text("resource", resource)?, cells.start.into(), cells.end.into()],
    )
    .await?;
    take_free(conn, block, resource, cells).await
}

/// Takes every stretch of the cells that nobody has, each as a claim of its own.
async fn take_free(conn: &mut Conn, block: Uuid, resource: &str, cells: &Range<i64>) -> Result<()> {
    let mut next = cells.start;
    let mut gaps = Vec::new();
    for taken in pieces(conn, resource, cells).await? {
        gaps.push(next..taken.start);
        next = next.max(taken.end);
    }
    gaps.push(next..cells.end);
    for gap in gaps.into_iter().filter(|gap| gap.start < gap.end) {
        let taken = conn
            .execute(
                "WITH RECURSIVE wanted (cell) AS (
                     SELECT $3 UNION ALL SELECT cell + 1 FROM wanted WHERE cell + 1 < $4
                 )
                 INSERT INTO booking_claims (resource, cell, first_cell, past_cell, block_id)
                 SELECT $2, cell, $3, $4, $1 FROM wanted WHERE true
                 ON CONFLICT (resource, cell) DO NOTHING",
                &[block.into(), text("resource", resource)?, gap.start.into(), gap.end.into()],
            )
            .await?;
        // Somebody has booked in the gap since it was read.
        if u64::try_from(gap.end - gap.start).ok() != Some(taken) {
            return Err(StoreError::Retry);
        }
    }
    Ok(())
}

/// The claims on a resource that touch the cells, in order.
async fn pieces(conn: &mut Conn, resource: &str, cells: &Range<i64>) -> Result<Vec<Range<i64>>> {
    let sql = "SELECT first_cell, past_cell FROM booking_claims
               WHERE resource = $1 AND cell = first_cell AND first_cell >= $2 AND first_cell < $3
               UNION ALL
               SELECT first_cell, past_cell FROM booking_claims
               WHERE resource = $1 AND cell = $2 AND first_cell < $2
               ORDER BY first_cell";
    let params = [text("resource", resource)?, cells.start.into(), cells.end.into()];
    let piece = |row: &Row| Ok(row.get("first_cell")?..row.get("past_cell")?);
    conn.rows(sql, &params).await?.iter().map(piece).collect()
}

/// Takes away what blocks have of the cells, each claim as a whole; returns what was taken away.
async fn carve(conn: &mut Conn, wanted: &Claim) -> Result<Vec<Claim>> {
    let mut carved = Vec::new();
    for cells in pieces(conn, &wanted.key, &wanted.cells).await? {
        let sql = "DELETE FROM booking_claims
                   WHERE resource = $1 AND cell >= $2 AND cell < $3 AND block_id IS NOT NULL";
        let params = [text("resource", &wanted.key)?, cells.start.into(), cells.end.into()];
        if conn.execute(sql, &params).await? > 0 {
            carved.push(Claim { key: wanted.key.clone(), cells });
        }
    }
    Ok(carved)
}

async fn one(conn: &mut Conn, id: Uuid) -> Result<Option<Block>> {
    let sql = "SELECT id, resource, start_time, end_time, reason, created_at FROM blocks WHERE id = $1";
    conn.row(sql, &[id.into()]).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Block> {
    Ok(Block {
        id: row.id("id")?,
        resource: row.get("resource")?,
        window: Window::new(row.instant("start_time")?, row.instant("end_time")?),
        reason: row.get("reason")?,
        created_at: row.instant("created_at")?,
    })
}

fn claimed(row: &Row) -> Result<Claim> {
    Ok(Claim { key: row.get("resource")?, cells: row.get("first_cell")?..row.get("past_cell")? })
}

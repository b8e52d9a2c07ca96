//! What the chapter's programs compute, and a RabbitMQ to play with.

pub mod darts;
pub mod rabbit;
pub mod slow;
pub mod topologies;

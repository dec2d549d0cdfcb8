//! One file for each command.

pub mod ai;
pub mod api;
pub mod appointments;
pub mod audit;
pub mod backup;
pub mod block;
mod book;
pub mod chat;
pub mod config;
pub mod doctor;
pub mod manual;
pub mod migrate;
pub mod models;
pub mod probe;
pub mod seed;
pub mod serve;
pub mod sessions;
pub mod understand;
pub mod users;
pub mod web;

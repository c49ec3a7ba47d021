//! Reads requests, one a line, and writes them back through the client's types.

#[path = "client/client.rs"]
mod client;

use client::SendMessageRequest;

fn answer(line: &str) -> serde_json::Result<String> {
    let request: SendMessageRequest = serde_json::from_str(line)?;
    serde_json::to_string(&request)
}

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.expect("standard input holds text");
        println!("{}", answer(&line).unwrap_or_else(|error| format!("error: {error}")));
    }
}

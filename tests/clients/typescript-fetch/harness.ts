// Reads requests, one a line, and writes them back through the client's types; with an address, writes what it answers.

import { createInterface } from "node:readline";

import { Configuration, MessagingApi, SendMessageRequestFromJSON, SendMessageRequestToJSON } from "./client";
import { SendMessageResponseToJSON } from "./client";

async function answer(line: string, address?: string): Promise<unknown> {
  const request = SendMessageRequestFromJSON(JSON.parse(line));
  if (address === undefined) return SendMessageRequestToJSON(request);
  const api = new MessagingApi(new Configuration({ basePath: address, apiKey: "secret" }));
  return SendMessageResponseToJSON(await api.sendMessage({ sendMessageRequest: request }));
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const text = await answer(line, process.argv[2]).then(JSON.stringify, (error) => `error: ${error}`);
    console.log(text.replaceAll("\n", " "));
  }
}

void main();

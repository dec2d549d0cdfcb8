// Two tabs of one person.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visit } from "../support/browser.js";
import { Desk } from "../support/desk.js";
import { composer, replies, say, showsLines, signUp } from "../support/person.js";

test("two tabs: one conversation, one logout", async () => {
  const desk = await Desk.start();
  try {
    const visit = await Visit.begin(desk);
    const one = await visit.tab();
    await signUp(one, "ada@example.org");
    await say(one, "hello");

    // A new tab goes on with the conversation, and each sees what the other one says.
    const other = await visit.tab();
    await other.goto("/chat");
    await showsLines(other, 2);
    await say(other, "What is free tomorrow?");
    await showsLines(one, 4);
    assert.deepEqual(await one.locator(".bubble").allInnerTexts(), await other.locator(".bubble").allInnerTexts());

    // A new conversation is this tab's own; the other tab keeps its own, also over a reload.
    await other.getByRole("button", { name: "New conversation" }).click();
    await other.getByText("Hello, how can I help?").waitFor();
    await say(other, "Is there anything on Friday?");
    await showsLines(other, 2);
    await one.reload();
    await showsLines(one, 4);
    await say(one, "thanks");
    assert.equal(await replies(other).count(), 1);

    // Logging out in one logs out the other, and nothing of the conversation stays in sight.
    await one.goto("/account");
    await one.getByRole("button", { name: "Log out" }).click();
    await one.waitForURL("**/login");
    await other.waitForURL("**/login");
    assert.equal(await composer(other).count(), 0);
    await visit.end();
  } finally {
    await desk.stop();
  }
});

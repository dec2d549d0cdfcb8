// What a person sees when something is in the way, and that nothing happens twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, PHONE, Visit } from "../support/browser.js";
import { Desk } from "../support/desk.js";
import { PASSWORD, appointments, composer, logIn, replies, said, say, send, showsLines, signUp } from "../support/person.js";

const BOOKING = "Book an appointment on Thursday at 11:00";

async function visiting(settings, options, story) {
  const desk = await Desk.start(settings);
  try {
    const visit = await Visit.begin(desk, options);
    const page = await visit.tab();
    await signUp(page, "ada@example.org");
    await story(page, visit, desk);
    await visit.end();
  } finally {
    await desk.stop();
  }
}

/** Lets the next message reach the server, and loses every answer. */
async function loseAnswers(page) {
  let arrived = false;
  await page.route("**/api/chat", async (route) => {
    if (!arrived) {
      arrived = true;
      await route.fetch();
    }
    await route.abort("connectionreset");
  });
}

/** Lets answers through again. The page's time stands still, so that nothing is tried again by itself. */
async function mend(page) {
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 60_000));
  await page.getByText("Not sent").waitFor();
  await page.unroute("**/api/chat");
}

test("a lost answer: sending again books nothing twice", () =>
  visiting({}, { form: DESKTOP }, async (page, visit) => {
    visit.expect("net::ERR_CONNECTION_RESET");
    await loseAnswers(page);
    await send(page, BOOKING);
    await page.getByText("The front desk is not answering").waitFor();
    await page.getByText("Not sent").waitFor();
    await visit.inspect(page, "chat-unreachable");
    assert.equal((await appointments(visit)).length, 1);
    await mend(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await replies(page).first().waitFor();
    await showsLines(page, 2);
    assert.match(await replies(page).first().innerText(), /Booked: /);
    assert.equal(await page.getByText("Not sent").count(), 0);
    assert.equal((await appointments(visit)).length, 1);
    await page.reload();
    await showsLines(page, 2);
  }));

test("a lost answer: it is asked for again without a word", () =>
  visiting({}, { form: PHONE, scheme: "dark" }, async (page, visit) => {
    visit.expect("net::ERR_CONNECTION_RESET");
    await loseAnswers(page);
    await send(page, BOOKING);
    await page.getByText("The front desk is not answering").waitFor();
    await mend(page);
    await page.clock.runFor(60_000);
    await replies(page).first().waitFor();
    assert.equal((await appointments(visit)).length, 1);
  }));

test("a message under way outlives a reload", () =>
  visiting({}, {}, async (page, visit) => {
    visit.expect("net::ERR_CONNECTION_RESET");
    await loseAnswers(page);
    await send(page, BOOKING);
    await page.getByText("Not sent").waitFor();
    await page.reload();
    await mend(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await showsLines(page, 2);
    assert.equal((await appointments(visit)).length, 1);
  }));

test("offline: the message waits and goes when the connection is back", () =>
  visiting({}, { form: PHONE }, async (page, visit) => {
    visit.expect("net::ERR_INTERNET_DISCONNECTED");
    await visit.context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
    await send(page, "What is free tomorrow?");
    await page.getByText("Your message is kept here").waitFor();
    await visit.inspect(page, "chat-offline");
    await visit.context.setOffline(false);
    await replies(page).first().waitFor();
    await showsLines(page, 2);
  }));

test("the server restarts: the message is sent again by itself", () =>
  visiting({}, {}, async (page, visit, desk) => {
    visit.expect("net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE");
    await say(page, "What is free tomorrow?");
    await desk.kill();
    await send(page, "Friday at 10:00 please");
    await page.getByText("The front desk is not answering").waitFor();
    await desk.resume();
    await page.clock.fastForward(20_000);
    await replies(page).nth(1).waitFor();
    await showsLines(page, 4);
  }));

test("too many messages: the wait is shown, and the message goes afterwards", () =>
  visiting({ RATE_LIMIT_CHAT: "2" }, { form: PHONE }, async (page, visit) => {
    visit.expect("status of 429");
    await say(page, "hello");
    await say(page, "thanks");
    await send(page, "What is free tomorrow?");
    await page.getByText("That was a lot of messages").waitFor();
    await page.locator(".wait").waitFor();
    assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
    await visit.inspect(page, "chat-limited");
    // Changed one's mind: the words come back into the field.
    await page.getByRole("button", { name: "Edit" }).click();
    assert.equal(await composer(page).inputValue(), "What is free tomorrow?");
  }));

test("too many logins: the button says when", () =>
  visiting({ RATE_LIMIT_AUTH: "2" }, {}, async (page, visit) => {
    visit.expect("status of 429", "status of 401");
    await page.goto("/account");
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("**/login");
    await logIn(page, "nobody@example.org");
    await page.getByText("Wrong e-mail address or password.").waitFor();
    await visit.inspect(page, "login-wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("button", { name: /Wait \d+ seconds/ }).waitFor();
    await visit.inspect(page, "login-limited");
  }));

test("an address that is taken is said beside the field", () =>
  visiting({}, {}, async (page, visit) => {
    visit.expect("status of 409");
    const other = await visit.tab();
    await visit.context.clearCookies();
    await other.evaluate(() => localStorage.clear()).catch(() => {});
    await other.goto("/signup");
    await other.evaluate(() => localStorage.clear());
    await other.goto("/signup");
    await other.getByLabel("E-mail address").fill(" Ada@example.org ");
    await other.getByLabel("Password", { exact: true }).fill("another horse");
    await other.getByRole("button", { name: "Sign up" }).click();
    await other.getByText("This e-mail address is taken.").waitFor();
    assert.equal(await other.getByLabel("E-mail address").getAttribute("aria-invalid"), "true");
    assert.equal(await other.evaluate(() => document.activeElement.id), "email");
  }));

test("logged out meanwhile: back at the login, and then where one was, with what one wrote", () =>
  visiting({}, { form: PHONE }, async (page, visit) => {
    visit.expect("status of 401");
    await say(page, "hello");
    await visit.context.clearCookies();
    await send(page, BOOKING);
    await page.waitForURL("**/login?next=/chat");
    await page.getByText("You were logged out.").waitFor();
    await visit.inspect(page, "login-again");
    await logIn(page, "ada@example.org");
    await page.waitForURL("**/chat");
    await showsLines(page, 2);
    assert.equal(await composer(page).inputValue(), BOOKING);
  }));

test("logged out meanwhile: somebody else who logs in there finds nothing", () =>
  visiting({}, {}, async (page, visit) => {
    visit.expect("status of 401", "net::ERR_CONNECTION_RESET");
    await say(page, "hello");
    const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    // A message that may have arrived, and another one begun.
    await loseAnswers(page);
    await send(page, "My mother's name is Grace");
    await page.getByText("Not sent").waitFor();
    await composer(page).fill("and I have a secret");
    assert.match(await kept(), /Grace.*secret/);
    await visit.context.clearCookies();
    await page.getByRole("link", { name: "Appointments" }).click();
    await page.getByText("You were logged out.").waitFor();
    assert.doesNotMatch(await kept(), /Grace|secret|hello/);
    assert.doesNotMatch(await page.content(), /Grace|secret|hello/);
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("E-mail address").fill("eve@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.waitForURL("**/appointments");
    await page.getByRole("link", { name: "Chat", exact: true }).click();
    await page.getByText("Hello, how can I help?").waitFor();
    assert.equal(await composer(page).inputValue(), "");
    assert.equal(await said(page).count(), 0);
    assert.doesNotMatch(await kept(), /Grace|secret/);
  }));

test("logged out meanwhile: what was not answered is still there for the same person", () =>
  visiting({}, {}, async (page, visit) => {
    visit.expect("status of 401", "net::ERR_CONNECTION_RESET");
    await say(page, "hello");
    await loseAnswers(page);
    await send(page, BOOKING);
    await page.getByText("Not sent").waitFor();
    await composer(page).fill("And one more thing");
    await visit.context.clearCookies();
    await page.getByRole("link", { name: "Appointments" }).click();
    await page.getByText("You were logged out.").waitFor();
    await logIn(page, "ada@example.org");
    await page.waitForURL("**/appointments");
    await page.getByRole("link", { name: "Chat", exact: true }).click();
    assert.equal(await composer(page).inputValue(), "And one more thing");
    await mend(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await showsLines(page, 4);
    assert.equal((await appointments(visit)).length, 1);
  }));

test("a message of the greatest length goes, a longer one says so", () =>
  visiting({}, { form: PHONE }, async (page, visit) => {
    await composer(page).fill("🗓".repeat(2_001));
    await page.getByText("One character too many").waitFor();
    assert.ok(await page.getByRole("button", { name: "Send" }).isDisabled());
    await visit.inspect(page, "chat-too-long");
    await composer(page).fill(`${"so ".repeat(660)} what is free tomorrow?`.slice(0, 2_000));
    await composer(page).press("Enter");
    await replies(page).first().waitFor();
    assert.equal(await said(page).count(), 1);
  }));

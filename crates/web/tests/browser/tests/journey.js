// A person's whole way: signing up, booking in several turns, coming back, cancelling, leaving, coming back.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import ICAL from "ical.js";
import { DESKTOP, PHONE, Visit } from "../support/browser.js";
import { Desk } from "../support/desk.js";
import { PASSWORD, appointments, choose, logIn, replies, said, say, showsLines } from "../support/person.js";

const FORMS = [
  { form: DESKTOP, scheme: "light", timezone: "UTC", start: "15:00" },
  { form: PHONE, scheme: "dark", timezone: "Europe/Berlin", start: "15:00" },
  { form: PHONE, scheme: "light", timezone: "UTC", start: "15:00" },
  { form: DESKTOP, scheme: "dark", timezone: "UTC", start: "15:00" },
];

for (const options of FORMS) {
  test(`sign up, book, come back, cancel, leave: ${options.form.name}, ${options.scheme}`, async () => {
    const desk = await Desk.start();
    try {
      const visit = await Visit.begin(desk, options);
      await journey(visit, options);
      await visit.end();
    } finally {
      await desk.stop();
    }
  });
}

async function journey(visit, { start, timezone }) {
  const page = await visit.tab();

  // Nobody is logged in: the root leads to the login, and from there to the sign-up.
  await page.goto("/");
  await page.waitForURL("**/login?next=/chat");
  await visit.inspect(page, "login");
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.waitForURL("**/signup?next=/chat");

  // Wrong input is said beside the field, and the keyboard is there.
  await page.getByLabel("E-mail address").fill("zoe");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("Enter an address like").waitFor();
  await page.getByText("A password has 8 to 128 characters.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "email");
  await visit.inspect(page, "signup-errors");
  await page.getByLabel("E-mail address").fill("zoe@example.org");
  assert.equal(await page.getByText("Enter an address like").count(), 0);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/chat");
  await page.getByText("Hello, how can I help?").waitFor();
  await visit.inspect(page, "chat-empty");

  // A vague wish is asked about; the offer is taken by a button.
  const question = await say(page, "I'd like to come on wednesday around 3");
  assert.match(question, /Wednesday 25 November/);
  assert.match(question, /\?/);
  await visit.inspect(page, "chat-question");
  const booked = await choose(page, start);
  assert.match(booked, /Booked: /);
  assert.match(booked, /25 November/);
  const card = page.locator(".card");
  await card.waitFor();
  assert.match(await card.innerText(), /Wednesday,? 25 November/);
  assert.match(await card.innerText(), /15:00 – 16:00/);
  await visit.inspect(page, "chat-booked");

  // What the server has is what is shown.
  const [appointment, ...more] = await appointments(visit);
  assert.deepEqual(more, []);
  const hour = timezone === "UTC" ? "15" : "14";
  assert.equal(appointment.start_time, `2026-11-25T${hour}:00:00Z`);

  // The calendar file, read by somebody else's parser.
  const download = page.waitForEvent("download");
  await card.getByRole("link", { name: "Add to calendar" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const [event] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
  const { startDate, endDate } = new ICAL.Event(event);
  assert.equal(startDate.toJSDate().toISOString(), `2026-11-25T${hour}:00:00.000Z`);
  assert.equal(endDate.toJSDate() - startDate.toJSDate(), 3_600_000);

  // Coming back: the conversation and the appointment are still there.
  const before = await page.locator(".bubble").allInnerTexts();
  await page.reload();
  await showsLines(page, 4);
  assert.deepEqual(await page.locator(".bubble").allInnerTexts(), before);
  await card.waitFor();

  await page.getByRole("link", { name: "Appointments" }).click();
  await page.waitForURL("**/appointments");
  await page.getByRole("heading", { name: "Appointments", exact: true }).waitFor();
  await card.waitFor();
  await visit.inspect(page, "appointments");

  // Cancelling asks once, and can be thought better of.
  await card.getByRole("button", { name: "Cancel" }).click();
  const dialog = page.getByRole("dialog", { name: "Cancel this appointment?" });
  await dialog.waitFor();
  await visit.inspect(page, "cancel");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal((await appointments(visit))[0].status, "BOOKED");
  await card.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Cancel appointment" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Nothing is booked.").waitFor();
  assert.equal((await appointments(visit))[0].status, "CANCELLED");
  await page.getByText("Past and cancelled (1)").click();
  await card.getByText("Cancelled", { exact: true }).waitFor();
  await visit.inspect(page, "appointments-cancelled");

  // Leaving, and coming back to where one wanted to go.
  await page.getByRole("link", { name: "Account" }).click();
  await page.waitForURL("**/account");
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  await visit.inspect(page, "account");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL("**/login");
  assert.deepEqual(await visit.context.cookies(), []);
  await page.goto("/appointments");
  await page.waitForURL("**/login?next=/appointments");
  await logIn(page, "zoe@example.org");
  await page.waitForURL("**/appointments");
  await page.getByText("Past and cancelled (1)").waitFor();

  // A conversation is over when one has left; a new one begins.
  await page.getByRole("link", { name: "Chat", exact: true }).click();
  await page.getByText("Hello, how can I help?").waitFor();
  assert.equal(await said(page).count() + (await replies(page).count()), 0);
}

// What a person does, in the words of the page.

import assert from "node:assert/strict";

export const PASSWORD = "correct horse";

export async function signUp(page, email) {
  await page.goto("/signup");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/chat");
}

export async function logIn(page, email) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** The replies that are shown. */
export const replies = (page) => page.locator(".line.theirs:not(.typing) .bubble");

/** What the person said, as it is shown. */
export const said = (page) => page.locator(".line.mine .bubble");

export const composer = (page) => page.getByLabel("Your message");

/** Writes and sends, without waiting for the answer. */
export async function send(page, text) {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** Says something and gives the reply. */
export async function say(page, text) {
  const before = await replies(page).count();
  await send(page, text);
  await replies(page).nth(before).waitFor();
  return replies(page).nth(before).innerText();
}

/** Presses an offered reply and gives the answer to it. */
export async function choose(page, name) {
  const before = await replies(page).count();
  await page.getByRole("list", { name: "Quick replies" }).getByRole("button", { name }).first().click();
  await replies(page).nth(before).waitFor();
  return replies(page).nth(before).innerText();
}

/** Waits until as many lines of both are shown as named. */
export async function showsLines(page, count) {
  await page.waitForFunction((count) => document.querySelectorAll(".line:not(.typing)").length === count, count);
}

/** What the server has, asked with the browser's own cookie. */
export async function appointments(visit) {
  const answer = await visit.context.request.get("/api/appointments");
  assert.equal(answer.status(), 200);
  return (await answer.json()).appointments;
}

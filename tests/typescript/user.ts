// A stranger's use of the package: types that narrow by their tag, and data that is read.

import assert from "node:assert/strict";

import type { DeliveryNotification, SendMessageRequest, SendMessageResponse } from "webex-connect-messaging";
import document from "webex-connect-messaging/openapi.json" with { type: "json" };
import rules from "webex-connect-messaging/rules.json" with { type: "json" };
import schema from "webex-connect-messaging/schemas/request.schema.json" with { type: "json" };

const request: SendMessageRequest = {
  deliverychannel: "sms",
  channels: { sms: { text: "Hello" } },
  destination: [{ msisdn: ["+447700900009"] }],
};

function text(message: SendMessageRequest): string | undefined {
  return message.deliverychannel === "sms" ? message.channels?.sms?.text : undefined;
}

function codes(answer: SendMessageResponse): string[] {
  return [answer.response].flat().map((item) => item.code);
}

function channel(notification: DeliveryNotification): string {
  return notification.deliveryInfoNotification.deliveryInfo.deliveryChannel;
}

assert.equal(text(request), "Hello");
assert.deepEqual(codes({ response: { code: "1001", description: "Queued" } }), ["1001"]);
assert.equal(channel({ deliveryInfoNotification: { deliveryInfo: { code: "1", deliveryStatus: "a", deliveryChannel: "b" } } }), "b");
assert.ok(schema.$defs.SendMessageRequest.properties.deliverychannel.enum.includes(request.deliverychannel));
assert.ok(rules.every((rule) => rule.at.every((place) => place.replace(/\/.*/, "") in document.components.schemas)));
console.log(`${schema.title}, ${rules.length} rules`);

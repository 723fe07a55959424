/**
 * An SMSC in a process of its own, to be killed. It writes the text of each message to a file before it answers, as one that
 * has taken it would. Usage: node --import tsx smpp-smsc-process.ts PORT FILE
 */
import { openSync, writeSync } from 'node:fs';
import smpp, { type Pdu, type Session } from 'smpp';

const [port, path] = process.argv.slice(2);
const file = openSync(path as string, 'a');
/** Answers come late enough for the window to fill. */
const ANSWER_AFTER = 10;

const server = smpp.createServer((session: Session) => {
  session.on('error', () => session.destroy());
  for (const command of ['bind_transceiver', 'enquire_link', 'unbind'])
    session.on(command, (pdu: Pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu: Pdu) => {
    writeSync(file, `${pdu.short_message.message}\n`);
    setTimeout(() => session.send(pdu.response({ message_id: String(pdu.short_message.message) })), ANSWER_AFTER);
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));

/** Who lives in the simulated year. */
import { phoneCountry } from '../../src/core/phone.js';
import { draw } from '../delivery-week/draw.js';
import type { Plan } from './plan.js';
import type { Person } from './world.js';

/** Clocks go back and forth in the north and in the south, by an hour and by half of one, or never; one is 45 minutes off. */
export const ZONES = [
  'Europe/Tallinn',
  'Europe/London',
  'Europe/Lisbon',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Santiago',
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Honolulu',
] as const;

/** The last two are quiet when most of what is planned leaves. */
const QUIET = [
  { from: '21:30', to: '08:00' },
  { from: '22:00', to: '09:15' },
  { from: '12:00', to: '14:30' },
  { from: '21:00', to: '11:00' },
  { from: '09:30', to: '10:45' },
];

export function peopleOf({ seed, customers }: Plan): Person[] {
  const phones = fictionalPhones(customers);
  return Array.from({ length: customers }, (_, number) => {
    const chance = draw(seed, 'person', number);
    const quiet = chance.next() < 0.3 ? chance.pick(QUIET) : undefined;
    const zone = ZONES[number % ZONES.length] ?? '';
    return { id: `c${number}`, phone: phones[number] ?? '', zone, ...(quiet === undefined ? {} : { quiet }) };
  });
}

/** 555-0100 to 555-0199 are fictional in every area of the United States. */
export function fictionalPhones(count: number): string[] {
  const phones: string[] = [];
  for (let area = 201; area < 990 && phones.length < count; area++) {
    if (phoneCountry(`+1${area}5550100`) !== 'US') continue;
    for (let line = 100; line < 200; line++) phones.push(`+1${area}5550${line}`);
  }
  if (phones.length < count) throw new Error('there are not so many fictional numbers');
  return phones;
}

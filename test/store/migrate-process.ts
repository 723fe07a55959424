/** A starter as its own process: `migrate-process.ts CONFIG`, prints the migrations it ran. */
import { openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';

const database = openDatabase({ config: JSON.parse(String(process.argv[2])), tablePrefix: 'lb_' });
console.log(JSON.stringify(await migrateDatabase(database)));
await database.close();

// jsforce, a query with autoFetch: every record, counted and dropped. Arguments: address, SOQL.
const { Connection } = require("jsforce");

const [address, soql] = process.argv.slice(2);
const connection = new Connection({ instanceUrl: address, accessToken: "t", version: "66.0" });
const begun = process.hrtime.bigint();
const before = process.cpuUsage();
let records = 0;
connection
  .query(soql)
  .on("record", () => { records += 1; })
  .on("error", (error) => { throw error; })
  .on("end", () => {
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    const { user, system } = process.cpuUsage(before);
    const cpu_seconds = (user + system) / 1e6;
    console.log(JSON.stringify({ records, seconds, cpu_seconds, peak_mb: process.resourceUsage().maxRSS / 1024 }));
  })
  .run({ autoFetch: true, maxFetch: 1e9 });

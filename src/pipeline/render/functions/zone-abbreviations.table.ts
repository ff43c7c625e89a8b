/**
 * Abbreviations of the IANA database that Node's ICU does not tell, or tells otherwise: standard time, then summer time.
 * `#` stands for the offset itself, as in `+0530`. Found by asking Go for every zone.
 */
const ROWS = `
Africa/Johannesburg SAST
Africa/Lagos WAT
Africa/Maputo CAT
Africa/Nairobi EAT
America/Adak HST HDT
America/Dawson MST
America/Havana CST CDT
America/Hermosillo MST
America/Mazatlan MST
America/Miquelon # #
America/Whitehorse MST
Antarctica/Casey #
Antarctica/Troll # #
Asia/Calcutta IST
Asia/Colombo #
Asia/Dubai #
Asia/Hong_Kong HKT
Asia/Jakarta WIB
Asia/Jayapura WIT
Asia/Jerusalem IST IDT
Asia/Karachi PKT
Asia/Kolkata IST
Asia/Macau CST
Asia/Makassar WITA
Asia/Manila PST
Asia/Muscat #
Asia/Pontianak WIB
Asia/Pyongyang KST
Asia/Seoul KST
Asia/Shanghai CST
Asia/Taipei CST
Asia/Tokyo JST
Australia/Eucla #
Australia/Lord_Howe # #
Etc/GMT GMT
Etc/GMT+0 GMT
Etc/GMT-0 GMT
Etc/GMT0 GMT
Etc/Greenwich GMT
Europe/Dublin GMT IST
Europe/Guernsey GMT BST
Europe/Isle_of_Man GMT BST
Europe/Jersey GMT BST
Europe/Kirov MSK
Europe/Moscow MSK
Europe/Simferopol MSK
Europe/Volgograd MSK
GMT GMT
GMT+0 GMT
GMT-0 GMT
GMT0 GMT
Greenwich GMT
Hongkong HKT
Israel IST IDT
Japan JST
MET MET MEST
PRC CST
Pacific/Chatham # #
Pacific/Guam ChST
Pacific/Midway SST
Pacific/Pago_Pago SST
Pacific/Saipan ChST
ROC CST
ROK KST
`;

export interface ZoneAbbreviations {
  readonly standard: string;
  readonly summer: string;
}

export const ZONE_ABBREVIATIONS: ReadonlyMap<string, ZoneAbbreviations> = new Map(
  ROWS.trim()
    .split('\n')
    .map((row) => row.split(' '))
    .map(([zone = '', standard = '', summer = standard]) => [zone, { standard, summer }]),
);

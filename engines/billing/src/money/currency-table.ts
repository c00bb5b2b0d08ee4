/**
 * Codes of ISO 4217 List One by number of decimals ("minor unit"), funds included, without the
 * entries that have none (metals, SDR, testing).
 *
 * Source: SIX Group, Maintenance Agency of ISO 4217, list-one.xml. The minor units are those of the
 * list published on 2024-06-25. The set of codes is that of the list published on 2026-09-17, taken
 * from a copy of it; XAD follows the text of its amendment, and XCG is given the 2 decimals of the
 * guilder it replaces: check both against the list itself when it changes. `Intl` is not asked: it
 * follows CLDR, which shows cash habits (IQD without decimals; ISO 4217 says 3).
 */
export const currencyTable = {
  published: "2026-09-17",
  source:
    "https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml",
  byMinorUnit: {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
      CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
      GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
      MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
      PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
      TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
  },
} as const;

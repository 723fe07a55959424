/** The country of an AWS region, as AWS names them: the start of a region's name, the longest first. */
const COUNTRIES: [start: string, country: string][] = [
  ['af-south-1', 'ZA'],
  ['ap-east-1', 'HK'],
  ['ap-east-2', 'TW'],
  ['ap-northeast-1', 'JP'],
  ['ap-northeast-2', 'KR'],
  ['ap-northeast-3', 'JP'],
  ['ap-south-', 'IN'],
  ['ap-southeast-1', 'SG'],
  ['ap-southeast-2', 'AU'],
  ['ap-southeast-3', 'ID'],
  ['ap-southeast-4', 'AU'],
  ['ap-southeast-5', 'MY'],
  ['ap-southeast-6', 'NZ'],
  ['ap-southeast-7', 'TH'],
  ['ca-', 'CA'],
  ['cn-', 'CN'],
  ['eu-central-1', 'DE'],
  ['eu-central-2', 'CH'],
  ['eu-north-1', 'SE'],
  ['eu-south-1', 'IT'],
  ['eu-south-2', 'ES'],
  ['eu-west-1', 'IE'],
  ['eu-west-2', 'GB'],
  ['eu-west-3', 'FR'],
  ['il-central-1', 'IL'],
  ['me-central-1', 'AE'],
  ['me-south-1', 'BH'],
  ['mx-central-1', 'MX'],
  ['sa-east-1', 'BR'],
  ['us-', 'US'],
];

/** `ZZ`, which ISO 3166 leaves to users and no policy names, for a region that is not known here: the configuration must tell. */
const UNKNOWN_COUNTRY = 'ZZ';

export function countryOf(region: string): string {
  return COUNTRIES.find(([start]) => region.startsWith(start))?.[1] ?? UNKNOWN_COUNTRY;
}

/** The adapter's settings, and what stands where one is absent. See config.schema.json for each. */
import type { SmsMessage } from '../../../src/contracts/adapter.js';

export interface NumberKind {
  ton: number;
  npi: number;
}

export type IdForm = 'text' | 'decimal' | 'hexadecimal';

export interface TlsSettings {
  serverName?: string;
  authority?: string;
  certificate?: string;
  key?: string;
}

export interface SmppConfig {
  host: string;
  port?: number;
  tls?: boolean | TlsSettings;
  systemId: string;
  password: string;
  systemType?: string;
  bind?: 'transceiver' | 'transmitter-receiver' | 'transmitter';
  window?: number;
  waitMs?: number;
  responseMs?: number;
  enquireLinkMs?: number;
  reconnectMs?: number;
  reconnectMaxMs?: number;
  serviceType?: string;
  addressing?: {
    alphanumeric?: NumberKind;
    international?: NumberKind;
    shortCode?: NumberKind;
    destination?: NumberKind;
  };
  longMessages?: 'udh' | 'sar' | 'payload';
  priority?: Partial<Record<SmsMessage['lane'], number>>;
  receipts?: boolean;
  messageReference?: boolean;
  alertIdTag?: string;
  messageIds?: { response?: IdForm; receiptText?: IdForm; receiptParameter?: IdForm };
  retryStatuses?: number[];
  goneErrors?: string[];
  processesIn?: string[];
}

export type Settings = ReturnType<typeof settingsOf>;

export function settingsOf(config: SmppConfig) {
  const tls: TlsSettings | undefined = config.tls === true ? {} : config.tls || undefined;
  const response = config.messageIds?.response ?? 'text';
  return {
    host: config.host,
    port: config.port ?? (tls ? 3550 : 2775),
    tls,
    systemId: config.systemId,
    password: config.password,
    systemType: config.systemType ?? '',
    bind: config.bind ?? 'transceiver',
    window: config.window ?? 10,
    waitMs: config.waitMs ?? 2000,
    responseMs: config.responseMs ?? 7000,
    enquireLinkMs: config.enquireLinkMs ?? 30_000,
    reconnectMs: config.reconnectMs ?? 1000,
    reconnectMaxMs: config.reconnectMaxMs ?? 60_000,
    serviceType: config.serviceType ?? '',
    addressing: {
      alphanumeric: { ton: 5, npi: 0 },
      international: { ton: 1, npi: 1 },
      shortCode: { ton: 3, npi: 0 },
      destination: { ton: 1, npi: 1 },
      ...config.addressing,
    },
    longMessages: config.longMessages ?? 'udh',
    priority: { otp: 3, security: 2, service: 1, marketing: 0, ...config.priority },
    receipts: config.receipts ?? true,
    messageReference: config.messageReference ?? false,
    alertIdTag: config.alertIdTag === undefined ? undefined : Number(config.alertIdTag),
    messageIds: {
      response,
      receiptText: config.messageIds?.receiptText ?? response,
      receiptParameter: config.messageIds?.receiptParameter ?? response,
    },
    retryStatuses: config.retryStatuses ?? [],
    goneErrors: config.goneErrors ?? [],
  };
}

import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator
} from '@peculiar/x509'
import type { ServerCertificate } from './certificate-source.ts'
import type { MachineNames } from './machine-names.ts'
import { type NameConstraints, nameConstraintsExtension } from './name-constraints.ts'

const dayMs = 86_400_000
const authorityDays = 3650
/** Phones refuse what is valid for more than 825 days; ours renews itself. */
const serverDays = 90
/** Clocks differ, and a device whose clock is slow must not find us in the future. */
const earlierMs = dayMs

const keyKind = { name: 'ECDSA', namedCurve: 'P-256' }
const signature = { name: 'ECDSA', hash: 'SHA-256' }

/** An authority of one machine, as it is kept. */
export interface Authority {
  /** PEM. */
  readonly certificate: string
  /** PEM, PKCS #8. */
  readonly key: string
  readonly constraints: NameConstraints
}

/** Makes an authority that can vouch for nothing beyond `constraints`. */
export async function makeAuthority(title: string, constraints: NameConstraints, nowMs: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(keyKind, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ O: ['Sightline'] }, { CN: [title] }],
      ...validity(nowMs, authorityDays),
      keys,
      signingAlgorithm: signature,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        nameConstraintsExtension(constraints)
      ]
    },
    webcrypto
  )
  return { certificate: certificate.toString('pem'), key: pemOf(keys.privateKey), constraints }
}

/** Makes a key, and a certificate for it that names all of `names`. */
export async function vouchFor(authority: Authority, names: MachineNames, nowMs: number): Promise<ServerCertificate> {
  const issuer = new X509Certificate(authority.certificate)
  const signingKey = createPrivateKey(authority.key).toCryptoKey(keyKind, false, ['sign'])
  const keys = await webcrypto.subtle.generateKey(keyKind, true, ['sign', 'verify'])
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      ...names.names.map(value => ({ type: 'dns' as const, value })),
      ...names.addresses.map(value => ({ type: 'ip' as const, value }))
    ]),
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
    await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto)
  ]
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: [{ CN: ['Sightline server'] }], // No name of a host: only alternative names count.
      issuer: issuer.subjectName,
      ...validity(nowMs, serverDays),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: signature,
      extensions
    },
    webcrypto
  )
  return { cert: certificate.toString('pem'), key: pemOf(keys.privateKey) }
}

function validity(nowMs: number, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(nowMs - earlierMs), notAfter: new Date(nowMs + days * dayMs) }
}

/** Positive and of one length. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes.toString('hex')
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

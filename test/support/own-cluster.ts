/**
 * A setup file: of several clusters in `KUBECONFIG_REAL`, separated by commas, each worker sees one that is its own, so
 * that files which count requests, remove namespaces or watch everything can run beside each other.
 */
import { realClusters } from './real-clusters.ts';

const clusters = realClusters();
// Workers are numbered from 1, and of those that run at a time no two have the same number.
const own = clusters[(Number(process.env['VITEST_POOL_ID']) - 1) % clusters.length];
if (own !== undefined) process.env['KUBECONFIG_REAL'] = own;

/** As Kubernetes keeps what is Argo CD's: values of a chart and elements of a list keep their nulls. Pure. */
import { dropNulls } from '../drop-nulls.ts';

export const withoutNulls = (data: unknown): unknown => dropNulls(data, ['valuesObject', 'elements']);

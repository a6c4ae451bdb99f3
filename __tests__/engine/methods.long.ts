// Every network with every architect.
import { test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { moves, NETWORKS, type NetworkName, ORDERS, type Order } from './method_moves.js';

const folder = temporaryFolder();

test.each(
  (Object.keys(NETWORKS) as NetworkName[]).flatMap((name) =>
    ORDERS.map((order): [NetworkName, Order] => [name, order]),
  ),
)('%s, second order %s', (name, order) => moves(`${folder}/${name} ${order}`, name, order));

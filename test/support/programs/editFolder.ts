/**
 * A window without an editor: edits a folder and tells its engine, until it is killed.
 *
 * Arguments: folder, index root, oracle, seed. Prints the engine's process id once.
 */

import { EDITS, EditedFolder } from "../../faults/support/editedFolder";
import { Random } from "../../faults/support/random";
import { enginePid, openWindow } from "../../faults/support/realEngine";

async function main([folder = "", indexRoot = "", oracle = "", seed = "1"]: readonly string[]): Promise<void> {
  const window = openWindow(indexRoot);
  console.log(await enginePid(window));
  const random = new Random(Number(seed));
  const edited = new EditedFolder({ folder, indexRoot, oracle, seed: random.below(1e9) });
  await edited.scan(window);
  for (;;) {
    await edited.edit(random.oneOf(EDITS), window);
  }
}

void main(process.argv.slice(2)); // until it is killed

/** What `models` answers: what is installed, what can chat, and which one answers now. */

import { chooseChatModel } from "../core/answering/chooseModel";
import type { ChatServer } from "../core/ports";

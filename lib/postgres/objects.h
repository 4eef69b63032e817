/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, views, indexes, triggers and functions of a schema as PostgreSQL would write them, to be compared with those of another one.
 * Changes when something else of them counts. Both statements see the schema that is first in the search path. */
#ifndef MBILL__OBJECTS_H
#define MBILL__OBJECTS_H

extern const char mbill__postgres_objects[]; /* type, name, sql of each, by type and name */

#endif

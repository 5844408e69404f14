/** How things are put for people and programs: tables, JSON, durations, parameters. */
package org.nextscale.cli.internal.text;

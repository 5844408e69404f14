/** Commands about models in files. */
package org.nextscale.cli.internal.command.model;

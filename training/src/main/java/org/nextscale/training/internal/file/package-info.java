/** Files that appear whole or not at all, and their checksums. */
package org.nextscale.training.internal.file;

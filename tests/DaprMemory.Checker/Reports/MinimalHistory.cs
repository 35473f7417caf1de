using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Reports;

/// <summary>A small part of a history that still breaks a promise.</summary>
/// <param name="History">The operations that matter, with their part of the log.</param>
/// <param name="Violation">The violation as it is found in them.</param>
public sealed record MinimalHistory(RecordedHistory History, Violation Violation);

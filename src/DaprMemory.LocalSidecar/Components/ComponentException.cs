namespace DaprMemory.LocalSidecar.Components;

/// <summary>Component files cannot be used. The message has all that is wrong, one line each.</summary>
public sealed class ComponentException(IReadOnlyList<string> errors)
    : Exception("The component files cannot be used:" + string.Concat(errors.Select(e => Environment.NewLine + "  " + e)))
{
    /// <summary>What is wrong, each with the file's or component's name.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}

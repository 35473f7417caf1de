namespace DaprMemory.Conformance;

/// <summary>How a write to <see cref="InMemoryCommitStore"/> goes wrong. All but <see cref="None"/> answer <c>false</c>.</summary>
public enum WriteFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The write never takes place.</summary>
    FailBeforeApply,

    /// <summary>The write takes place, and its answer is lost.</summary>
    FailAfterApply,

    /// <summary>The write is on its way until <see cref="InMemoryCommitStore.LandDelayedWrites"/>, and is checked only then.</summary>
    LandLater,
}
